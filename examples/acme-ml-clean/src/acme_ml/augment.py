"""Random flips and shifts: what a whole library had been installed for."""

from __future__ import annotations

import torch
from torch import Tensor


def augment(pictures: Tensor, shift: int = 4) -> Tensor:
    """Each picture of a batch (batch, 3, side, side) flipped with even odds, then rolled by up to ``shift`` pixels."""
    flip = torch.rand(len(pictures), device=pictures.device) < 0.5
    flipped = torch.where(flip[:, None, None, None], pictures.flip(-1), pictures)
    down, right = torch.randint(-shift, shift + 1, (2,)).tolist()
    return flipped.roll((down, right), dims=(-2, -1))
