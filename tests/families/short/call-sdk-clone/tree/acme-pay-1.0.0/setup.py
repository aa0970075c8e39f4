from setuptools import setup

setup(name="acme-pay", version="1.0.0", packages=["acme_pay"])
