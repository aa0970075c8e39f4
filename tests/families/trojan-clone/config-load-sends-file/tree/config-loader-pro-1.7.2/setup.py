from setuptools import setup, find_packages

setup(
    name="config-loader-pro",
    version="1.7.2",
    description="Config loader pro helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
