from setuptools import setup, find_packages

setup(
    name="solana-sdk-tools",
    version="1.0.0",
    description="Solana sdk tools helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
