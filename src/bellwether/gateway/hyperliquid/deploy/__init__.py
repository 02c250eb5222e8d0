"""HIP-3 `perpDeploy`: what a deployer asks for, as the same commands as operators' acts."""
