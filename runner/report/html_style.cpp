#include "runner/report/html_style.hpp"

namespace soundcheck::report {

const std::string_view html_style = R"css(
:root { color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #5d6878; --line: #e2e6ec;
  --good: #17803d; --good-ground: #e3f5e9; --warn: #96620a; --warn-ground: #fdf1d7;
  --bad: #b8252b; --bad-ground: #fce6e6; --a: #2f6fde; --b: #d98a14; --c: #c2324b; --d: #2a9d8f; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #12161c; --card: #1b2129; --ink: #e7ebf0; --soft: #98a4b3; --line: #2e3742;
  --good: #57cc81; --good-ground: #16331f; --warn: #f0b84a; --warn-ground: #3a2d0f;
  --bad: #ff7b7f; --bad-ground: #401a1c; --a: #6aa0ff; --b: #f2ac48; --c: #ff7088; --d: #4fc7b8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 60px; }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: flex-start; justify-content: space-between; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 2px; font-weight: 650; }
h2 { font-size: 18px; margin: 36px 0 10px; font-weight: 650; }
h3 { font-size: 15px; margin: 22px 0 8px; font-weight: 600; }
p { margin: 0 0 8px; } .soft { color: var(--soft); } a { color: var(--a); }
.badge { font-weight: 700; font-size: 17px; padding: 8px 18px; border-radius: 8px; white-space: nowrap; }
.pill { display: inline-block; font-weight: 600; font-size: 13px; padding: 0 9px; border-radius: 999px; white-space: nowrap; }
.good { color: var(--good); background: var(--good-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.fail { color: var(--bad); background: var(--bad-ground); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(122px, 1fr)); gap: 10px; margin-top: 22px; }
.tile, .card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 11px 14px; } .tile b { display: block; font-size: 22px; font-weight: 650; line-height: 1.3; }
.tile span { color: var(--soft); font-size: 13px; }
.card { overflow-x: auto; } .card.text { padding: 14px 18px; } .card.text p:last-child { margin: 0; }
.notice { border-left: 4px solid var(--warn); margin-top: 14px; } .notice.severe { border-left-color: var(--bad); }
.notice.fine { border-left-color: var(--good); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 7px 14px; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 13px; }
td.n, th.n { text-align: right; } td.wide { white-space: normal; min-width: 260px; }
tr.total td { font-weight: 600; } td small { color: var(--soft); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 14px; }
figure { margin: 0; padding: 12px 14px 6px; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 16px; justify-content: space-between; font-weight: 600; font-size: 14px; }
.legend { font-weight: 400; color: var(--soft); font-size: 13px; } .legend span { margin-left: 12px; }
.legend i { display: inline-block; width: 12px; height: 3px; border-radius: 2px; margin-right: 5px; vertical-align: middle; }
i.a { background: var(--a); } i.b { background: var(--b); } i.c { background: var(--c); } i.d { background: var(--d); } i.bad { background: var(--bad); }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
svg .y { text-anchor: end; } svg .x { text-anchor: middle; } svg .x.end { text-anchor: end; }
.grid { stroke: var(--line); fill: none; } .warm-up { fill: var(--soft); opacity: .1; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; } .area { opacity: .14; }
.line.a { stroke: var(--a); } .line.b { stroke: var(--b); } .line.c { stroke: var(--c); } .line.d { stroke: var(--d); } .line.bad { stroke: var(--bad); }
.area.a { fill: var(--a); } .area.b { fill: var(--b); } .area.c { fill: var(--c); } .area.d { fill: var(--d); } .area.bad { fill: var(--bad); }
.dot.a { fill: var(--a); } .dot.b { fill: var(--b); } .dot.c { fill: var(--c); } .dot.d { fill: var(--d); } .dot.bad { fill: var(--bad); }
.hint { fill: var(--ink); opacity: 0; } .hint:hover { opacity: .06; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 22px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: 12px; } summary { cursor: pointer; color: var(--soft); }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px; font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
@media print { body { background: none; } .hint { display: none; } h2 { break-after: avoid; } figure, .tile { break-inside: avoid; } }
)css";

}  // namespace soundcheck::report
