from setuptools import setup, find_packages

setup(
    name="commit-hooks-basic",
    version="1.0.0",
    description="Commit hooks basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
