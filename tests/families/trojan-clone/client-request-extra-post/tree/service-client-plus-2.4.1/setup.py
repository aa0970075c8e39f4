from setuptools import setup, find_packages

setup(
    name="service-client-plus",
    version="2.4.1",
    description="Service client plus helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
