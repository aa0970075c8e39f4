from setuptools import setup, find_packages

setup(
    name="lru-cache-pro",
    version="4.0.0",
    description="Lru cache pro helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
