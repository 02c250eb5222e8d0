"""What happened to accounts: fills, funding, money in and out, statements."""
