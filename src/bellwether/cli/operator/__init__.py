"""`bellwether operator`: acts of operators, custodian and compliance."""
