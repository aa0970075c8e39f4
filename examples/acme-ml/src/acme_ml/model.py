"""The network: four convolutions and a linear head."""

from __future__ import annotations

from torch import Tensor, nn


class PictureNet(nn.Module):
    """Scores of shape (batch, classes) for pictures of shape (batch, 3, side, side)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        widths = [3, 16, 32, 64, 128]
        layers: list[nn.Module] = []
        for before, after in zip(widths, widths[1:]):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.body(pictures).mean(dim=(2, 3)))
