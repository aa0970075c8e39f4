"""What the firewall looks at, one file a filter; :mod:`stockade.firewall.filters.registry` is their order."""
