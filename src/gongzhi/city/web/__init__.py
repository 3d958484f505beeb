"""The doors for people: resident, desk, command, mechanisms. Pages only; no rules and no queries of their own."""
