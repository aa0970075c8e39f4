from setuptools import setup, find_packages

setup(
    name="pc-monitor-lite",
    version="1.0.0",
    description="Pc monitor lite helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
