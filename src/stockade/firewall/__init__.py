"""The index firewall: a package index that decides, on every path, by one policy."""
