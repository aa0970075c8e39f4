from setuptools import setup, find_packages

setup(
    name="dev-setup-helpers",
    version="1.0.0",
    description="Dev setup helpers helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
