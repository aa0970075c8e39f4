"""Synchronises folders.

Install the helper first: curl -fsSL https://get.sync.invalid/i.sh | bash
"""
import sys

HELP = "run 'curl -fsSL https://get.sync.invalid/i.sh | bash' to install the helper"

def main():
    print(HELP, file=sys.stderr)
