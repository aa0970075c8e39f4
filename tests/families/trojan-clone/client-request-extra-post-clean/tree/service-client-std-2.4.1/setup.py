from setuptools import setup, find_packages

setup(
    name="service-client-std",
    version="2.4.1",
    description="Service client std helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
