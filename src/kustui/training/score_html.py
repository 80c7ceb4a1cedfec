"""A scorecard as one HTML file: no script, nothing from elsewhere, made to be read and printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from html import escape

from kustui.core import words
from kustui.core.scorecard import WHOLE, Scorecard
from kustui.training import score_words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.4 system-ui, sans-serif; color: #1e2530; background: #fff; max-width: 60em;
  margin: 1.5em auto; padding: 0 1em; overflow-wrap: anywhere; }
h1 { font-size: 1.5em; margin: 0; } h2 { font-size: 1.05em; margin: 1.1em 0 .3em; }
p { margin: .2em 0; color: #4d5768; } .points { font-size: 1.9em; font-weight: 700; color: #2455b5; }
.columns { display: flex; flex-wrap: wrap; gap: 0 2em; } .columns > section { flex: 1 1 24em; }
table { border-collapse: collapse; width: 100%; } th { font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .12em .8em .12em 0; }
tr { border-bottom: 1px solid #e4e8ef; }
th, td:first-child { white-space: nowrap; } .met { color: #2a6114; } .missed { color: #a81c38; }
svg { width: 100%; height: auto; } text { font: 11px system-ui, sans-serif; fill: #4d5768; }
rect { fill: #2455b5; } polyline { fill: none; stroke: #a81c38; stroke-width: 2; }
line { stroke: #c3cad6; } li { margin-bottom: .35em; break-inside: avoid; } ol { padding-left: 1.6em; }
@page { size: A4; margin: 12mm; }
@media print { body { font-size: 10.5px; margin: 0; max-width: none; padding: 0; }
  .columns { flex-wrap: nowrap; } ol { columns: 2; } }
"""
_WIDE, _HIGH, _FOOT = 420, 110, 16


def document(card: Scorecard, zone: tzinfo) -> str:
    """The whole file; times of day are of `zone`. Everything that somebody wrote is escaped."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(card.title)}: {card.points} of {WHOLE}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1><bdi>{escape(card.title)}</bdi></h1>
<p>{escape(score_words.about(card, zone))}</p>
<p><span class="points">{card.points}</span> of {WHOLE} points: {escape(card.made_of)}.</p>
<div class="columns">
<section><h2>Goals</h2>{_goals(card)}
<h2>Replies</h2>{_bars(card, zone)}</section>
<section><h2>How it went</h2>{_figures(card, zone)}
<h2>Customers waiting</h2>{_curve(card, zone)}</section>
</div>
<h2>{escape(score_words.mistakes_head(card))}</h2>
{_mistakes(card, zone)}
</body>
</html>
"""


def _goals(card: Scorecard) -> str:
    rows = [
        f'<tr><td class="{"met" if goal.met else "missed"}">{"✔ met" if goal.met else "✘ missed"}</td>'
        f"<td>{escape(goal.words)}</td></tr>"
        for goal in card.goals
    ]
    return f"<table>{''.join(rows)}</table>" if rows else "<p>none</p>"


def _figures(card: Scorecard, zone: tzinfo) -> str:
    rows = (
        f'<tr><th scope="row">{escape(name.strip())}</th><td><bdi>{escape(value)}</bdi></td></tr>'
        for name, value in score_words.figures(card, zone)
    )
    return f"<table>{''.join(rows)}</table>"


def _mistakes(card: Scorecard, zone: tzinfo) -> str:
    rows = (
        f"<li><strong><bdi>{escape(score_words.mistake_head(each, card, zone))}</bdi></strong><br>"
        f"<bdi>{escape(each.words)}</bdi></li>"
        for each in card.mistakes
    )
    found = "".join(rows)
    return f"<ol>{found}</ol>" if found else "<p>Nothing to put right.</p>"


def _bars(card: Scorecard, zone: tzinfo) -> str:
    most = max(1, *(each.replies for each in card.curve))
    step = _WIDE // len(card.curve)
    parts = []
    for place, each in enumerate(card.curve):
        high = (_HIGH - 2 * _FOOT) * each.replies // most
        x, top = place * step, _HIGH - _FOOT - high
        parts.append(
            f'<rect x="{x + 2}" y="{top}" width="{max(1, step - 4)}" height="{high}"/>'
            f'<text x="{x + step // 2}" y="{top - 3}" text-anchor="middle">{each.replies}</text>'
        )
    total = f"{card.replies} replies, at most {most} in one part of the shift"
    return _chart(total, [*parts, *_foot(card, zone, step)])


def _curve(card: Scorecard, zone: tzinfo) -> str:
    most = max(1, *(each.waiting for each in card.curve))
    step = _WIDE // len(card.curve)

    def at(place: int, waiting: int) -> str:
        return f"{place * step},{_HIGH - _FOOT - (_HIGH - 2 * _FOOT) * waiting // most}"

    points = [at(0, card.curve[0].waiting)]
    points += [at(place, each.waiting) for place, each in enumerate(card.curve, 1)]
    line = f'<polyline points="{" ".join(points)}"/><text x="2" y="{_FOOT - 4}">{most}</text>'
    total = f"At most {card.most_waiting} customers waited at once"
    return _chart(total, [line, *_foot(card, zone, step)])


def _foot(card: Scorecard, zone: tzinfo, step: int) -> Iterator[str]:
    base = _HIGH - _FOOT
    yield f'<line x1="0" y1="{base}" x2="{_WIDE}" y2="{base}"/>'
    every = -(-len(card.curve) // 6)
    for place in range(0, len(card.curve), every):
        clock = words.clock(card.curve[place].began.astimezone(zone))
        yield f'<text x="{place * step}" y="{_HIGH - 3}">{clock}</text>'


def _chart(told: str, parts: list[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(told)}">'
        f"<title>{escape(told)}</title>{''.join(parts)}</svg>"
    )
