"""`bellwether trade sub-account|signers`: what an owner does with accounts."""
