from setuptools import setup

setup(name="acme-jobs", version="1.0.0", packages=["acme_jobs"])
