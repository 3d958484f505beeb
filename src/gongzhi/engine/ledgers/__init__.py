"""Double entry: accounts, postings, reversals; balances are sums."""
