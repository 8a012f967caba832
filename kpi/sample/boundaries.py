"""Fictional boundaries of the sample grids: cells around places that suit the grids' names, within one outline; no real place."""

from __future__ import annotations

import json
import math
import random
from typing import Any

from kpi.sample.world import World, grid_code, grid_name

WEST, SOUTH, WIDE, HIGH = 100.0, 30.0, 0.62, 0.48
"""Degrees of the fictional area, whose places are told in shares of its width and height."""

PLACES = (
    (0.66, 0.55), (0.36, 0.55), (0.50, 0.38), (0.50, 0.70), (0.80, 0.62), (0.22, 0.62), (0.66, 0.78), (0.50, 0.54), (0.86, 0.42), (0.14, 0.42), (0.42, 0.90), (0.58, 0.18),
    (0.58, 0.46), (0.26, 0.84), (0.34, 0.26), (0.74, 0.24),
)
"""East, west, south and north of the town, both banks of the river, and so on: in the order of the sample grids."""


def features(world: World) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection with an area for each grid of the world."""
    from shapely import MultiPoint, Point, voronoi_polygons
    from shapely.geometry import Polygon, mapping

    rng = random.Random(f"{world.seed}-boundaries")
    outline = Polygon([
        (WEST + WIDE * (0.5 + 0.5 * far * math.cos(turn)), SOUTH + HIGH * (0.5 + 0.5 * far * math.sin(turn)))
        for turn, far in ((2 * math.pi * step / 60, 0.93 + 0.05 * math.sin(5 * step / 9.55) + rng.uniform(-0.02, 0.02)) for step in range(60))
    ])
    seeds = []
    for number in range(world.grids):
        x, y = PLACES[number] if number < len(PLACES) else (rng.uniform(0.12, 0.88), rng.uniform(0.12, 0.88))
        seeds.append(Point(WEST + WIDE * x, SOUTH + HIGH * y))
    cells = list(voronoi_polygons(MultiPoint(seeds), extend_to=outline).geoms) if len(seeds) > 1 else [outline]
    found = []
    for number, seed in enumerate(seeds, start=1):
        area = next(cell for cell in cells if cell.covers(seed)).intersection(outline)
        shape = mapping(area)
        rounded = json.loads(json.dumps(shape), parse_float=lambda text: round(float(text), 5))
        found.append({"type": "Feature", "properties": {"grid_code": grid_code(number), "grid_name": grid_name(number)}, "geometry": rounded})
    return {"type": "FeatureCollection", "features": found}
