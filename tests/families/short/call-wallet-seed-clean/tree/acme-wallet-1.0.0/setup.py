from setuptools import setup

setup(name="acme-wallet", version="1.0.0", packages=["acme_wallet"])
