"""Records that the rest of the package passes around."""

from dataclasses import dataclass, field, asdict
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Item:
    id: int
    title: str
    tags: List[str] = field(default_factory=list)
    created: datetime = field(default_factory=_now)
    score: float = 0.0
    parent: Optional[int] = None

    def to_dict(self) -> Dict[str, Any]:
        data = asdict(self)
        data["created"] = self.created.isoformat()
        return data

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> "Item":
        data = dict(data)
        if isinstance(data.get("created"), str):
            data["created"] = datetime.fromisoformat(data["created"])
        return cls(**data)


@dataclass
class Collection:
    name: str
    items: List[Item] = field(default_factory=list)

    def add(self, item: Item) -> None:
        if any(each.id == item.id for each in self.items):
            raise ValueError("duplicate id %d" % item.id)
        self.items.append(item)

    def by_tag(self, tag: str) -> List[Item]:
        return [each for each in self.items if tag in each.tags]

    def top(self, n: int = 10) -> List[Item]:
        return sorted(self.items, key=lambda each: each.score, reverse=True)[:n]
