from setuptools import setup, find_packages

setup(
    name="text-banner",
    version="1.0.0",
    description="Text banner helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
