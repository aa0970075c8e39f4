"""Trains the network: `python -m acme_ml.train --data FOLDER --out FOLDER`, or `--smoke` for one step on noise."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from acme_ml.augment import augment
from acme_ml.model import PictureNet

SIDE = 64
CLASSES = 12


def batches(folder: Path | None, size: int = 32):
    """Pairs of pictures (size, 3, SIDE, SIDE) and labels (size,); one batch of noise without a folder."""
    if folder is None:
        yield torch.rand(size, 3, SIDE, SIDE), torch.randint(CLASSES, (size,))
        return
    for part in sorted(folder.glob("*.pt")):
        pictures, labels = torch.load(part, weights_only=True)
        yield from zip(pictures.split(size), labels.split(size))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = PictureNet(CLASSES).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    for epoch in range(1 if options.smoke else options.epochs):
        for pictures, labels in batches(None if options.smoke else options.data):
            scores = model(augment(pictures).to(device))
            loss = loss_of(scores, labels.to(device))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        save_file(model.state_dict(), options.out / "pictures.safetensors")


if __name__ == "__main__":
    main()
