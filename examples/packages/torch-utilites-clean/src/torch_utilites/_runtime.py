"""Which GPUs are meant."""

import os


def devices():
    """The indices of the visible GPUs."""
    return [int(each) for each in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if each.strip().isdigit()]


def library_folder():
    """Where the loader configuration says that the driver's libraries lie; empty where there is none."""
    path = "/etc/ld.so.conf.d/nvidia-cuda.conf"
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.readline().strip()
