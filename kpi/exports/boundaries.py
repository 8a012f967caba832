"""Boundaries of grids: a GeoJSON file of areas, each naming its grid by code or name, read into shapes that a page can draw.

Coordinates are longitude and latitude in degrees (RFC 7946). Areas are mended where their lines cross, and thinned so
that a map of them stays light; the file itself is kept as it was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.problems import DataProblem, LimitProblem, did_you_mean
from kpi.words import Text

MOST_BYTES = 20 * 1024 * 1024
MOST_AREAS = 2_000
MOST_POINTS = 6_000
"""Points that all areas together keep on the map."""

NAMES = ("grid_code", "grid_name", "网格编号", "网格代码", "网格名称", "网格", "片区", "责任区", "grid", "code", "name", "名称")
"""Properties that may name the grid, the surest first."""

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """The area of one grid: its outer rings and holes as lists of (longitude, latitude), and the point its label stands at."""

    grid: str
    rings: tuple[Ring, ...]
    label: tuple[float, float]


@dataclass(frozen=True)
class Note:
    """An area that was left out or needs a look: its number in the file, what it calls itself, and why."""

    place: int
    name: str
    why: Text


def read(path: Path, grids: Mapping[str, str]) -> tuple[list[Shape], list[Note]]:
    """Return (shapes in order of grid, notes) of a file; `grids` holds names by code.

    Raises LimitProblem for a file too large, DataProblem where it is no GeoJSON of areas or no area belongs to a grid.
    """
    features = _features(path)
    words = _words(grids)
    areas: dict[str, list[Any]] = {}
    notes: list[Note] = []
    for place, feature in enumerate(features, start=1):
        named = _named(feature)
        grid = next((words[_plain(name)] for name in named if _plain(name) in words), None)
        shown = named[0] if named else "—"
        if grid is None:
            near = did_you_mean(shown, [*grids, *grids.values()])
            notes.append(Note(place, shown, Text("不是网格台账里的网格" + (f"，是不是“{near}”？" if near else ""), "no grid of the register" + (f"; did you mean '{near}'?" if near else ""))))
            continue
        try:
            area = _area(feature.get("geometry"))
        except DataProblem as problem:
            notes.append(Note(place, shown, Text(problem.zh, problem.en)))
            continue
        areas.setdefault(grid, []).append(area)
    if not areas:
        first = notes[0] if notes else None
        raise DataProblem(
            "文件里没有一个区域能对上网格" + (f"（第1个“{first.name}”：{first.why.zh}）" if first else "") + "。请在每个区域的属性里写明网格编号（grid_code）或网格名称。",
            "No area of the file belongs to a grid" + (f" (the first, '{first.name}': {first.why.en})" if first else "") + ". Give each area a property grid_code or grid_name.",
        )
    return _drawn(areas), notes


def _features(path: Path) -> list[Mapping[str, Any]]:
    if path.stat().st_size > MOST_BYTES:
        raise LimitProblem(f"边界文件超过 {MOST_BYTES // 1024 // 1024} MB，请先简化边界。", f"The file of boundaries is over {MOST_BYTES // 1024 // 1024} MB; simplify it first.")
    try:
        told = json.loads(_text(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        raise DataProblem("这不是 GeoJSON 文件（不是有效的 JSON），请从地图软件另存为 GeoJSON。", "This is no GeoJSON (no valid JSON); export it as GeoJSON from the mapping software.") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise DataProblem("这不是 GeoJSON 区域文件（FeatureCollection），请从地图软件另存为 GeoJSON。", "This is no GeoJSON FeatureCollection; export it as GeoJSON from the mapping software.")
    if len(features) > MOST_AREAS:
        raise LimitProblem(f"边界文件有 {len(features)} 个区域，超过上限 {MOST_AREAS} 个。", f"The file has {len(features)} areas, over the limit of {MOST_AREAS}.")
    return features


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _plain(text: str) -> str:
    return text.strip().replace("（", "(").replace("）", ")").lower()


def _words(grids: Mapping[str, str]) -> dict[str, str]:
    """Return grids by every word that means one: code, name, name without what stands in brackets."""
    found: dict[str, str] = {}
    for code, name in grids.items():
        for word in (code, name, _plain(name).split("(")[0]):
            found.setdefault(_plain(word), code)
    return found


def _named(feature: Mapping[str, Any]) -> list[str]:
    told = feature.get("properties")
    properties = {str(key).strip().lower(): value for key, value in told.items()} if isinstance(told, dict) else {}
    return [str(properties[name]).strip() for name in NAMES if isinstance(properties.get(name), str | int) and str(properties[name]).strip()]


def _area(geometry: Any) -> Any:
    """Return an area in degrees, mended where its lines cross."""
    from shapely import make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import MultiPolygon, shape

    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise DataProblem("不是面（Polygon），画不出区域", "no area (Polygon)")
    try:
        found = shape(geometry)
        bounds = found.bounds
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError) as error:
        raise DataProblem("坐标不完整，画不出区域", "its coordinates are incomplete") from error
    if not bounds or not all(math.isfinite(value) for value in bounds) or found.is_empty:
        raise DataProblem("坐标不完整，画不出区域", "its coordinates are incomplete")
    if not (-180 <= bounds[0] and bounds[2] <= 180 and -90 <= bounds[1] and bounds[3] <= 90):
        raise DataProblem("坐标不是经纬度（度），请转换成经纬度再导出", "its coordinates are no longitude and latitude in degrees")
    whole = make_valid(found)
    parts = [part for part in getattr(whole, "geoms", [whole]) if part.geom_type in ("Polygon", "MultiPolygon") and part.area > 0]
    flat = [polygon for part in parts for polygon in getattr(part, "geoms", [part])]
    if not flat:
        raise DataProblem("面积为零，画不出区域", "its area is zero")
    return MultiPolygon(flat)


def _drawn(areas: Mapping[str, Iterable[Any]]) -> list[Shape]:
    from shapely import maximum_inscribed_circle
    from shapely.ops import unary_union

    merged = {grid: unary_union(list(parts)) for grid, parts in sorted(areas.items())}
    points = sum(len(ring.coords) for area in merged.values() for ring in _rings(area))
    if points > MOST_POINTS:
        west, south, east, north = (pick(values) for pick, values in zip((min, min, max, max), zip(*(area.bounds for area in merged.values()), strict=True), strict=True))
        tolerance = max(east - west, north - south) / 2_000
        while points > MOST_POINTS:
            merged = {grid: area.simplify(tolerance) for grid, area in merged.items()}
            points, tolerance = sum(len(ring.coords) for area in merged.values() for ring in _rings(area)), tolerance * 2
    found = []
    for grid, area in merged.items():
        largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
        at = maximum_inscribed_circle(largest).coords[0]
        found.append(Shape(grid, tuple([(round(x, 6), round(y, 6)) for x, y, *_ in ring.coords] for ring in _rings(area)), (round(at[0], 6), round(at[1], 6))))
    return found


def _rings(area: Any) -> list[Any]:
    return [ring for part in getattr(area, "geoms", [area]) for ring in (part.exterior, *part.interiors)]
