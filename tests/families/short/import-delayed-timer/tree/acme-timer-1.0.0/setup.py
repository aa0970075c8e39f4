from setuptools import setup

setup(name="acme-timer", version="1.0.0", packages=["acme_timer"])
