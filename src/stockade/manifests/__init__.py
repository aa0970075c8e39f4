"""Readers of every file that names packages: one file per format, none of them executes anything."""
