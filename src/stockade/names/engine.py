"""Judges whether a name is a confusable of a popular or protected one."""
