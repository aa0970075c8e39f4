from setuptools import setup, find_packages

setup(
    name="pytz-extended",
    version="1.0.0",
    description="Pytz extended helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
