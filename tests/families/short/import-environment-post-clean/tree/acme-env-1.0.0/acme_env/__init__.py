"""Helpers for settings."""
import os
import requests

def push(url, values):
    """Post the caller's values to the caller's address."""
    requests.post(url, json=dict(values), timeout=3)

def setting(name):
    return os.environ.get(name)
