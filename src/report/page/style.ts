/** The page's style. System fonts and colours that keep 4.5:1 in both schemes; nothing is loaded. On paper all but tables of numbers is unfolded. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1a1d21;--soft:#f2f4f6;--line:#c9ced4;--dim:#515961;--good:#0b6b2e;--goodbg:#e2f5e8;--bad:#a3121f;--badbg:#fde8ea;--warn:#7a4b00;--warnbg:#fff3da;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e7eaed;--soft:#1e2327;--line:#3a4249;--dim:#a5aeb6;--good:#7fdca0;--goodbg:#10321d;--bad:#ff9aa2;--badbg:#43151a;--warn:#f5c76b;--warnbg:#3a2b0c;--link:#8cc2ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:0 1rem 4rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.5rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{font-size:1.5rem;margin:1.5rem 0 .5rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
#verdict{position:sticky;top:0;z-index:1;margin:0 -1rem;padding:1rem;border-bottom:3px solid;background:var(--warnbg);color:var(--warn)}
#verdict p{margin:.25rem 0 0}
#verdict strong{font-size:1.35rem}
#verdict.pass{background:var(--goodbg);color:var(--good)}
#verdict.pass.partial{background:var(--soft);color:var(--fg);border-style:dashed}
.answer{border-left:4px solid;padding:.5rem .75rem}
.answer.pass{background:var(--goodbg)}
.answer.blocked{background:var(--badbg)}
.answer.not-run{background:var(--warnbg)}
#summary h3{margin:.75rem 0 0}
#summary ul{margin:.25rem 0}
section{scroll-margin-top:6rem}
.scenarios>li{color:inherit}
.scenarios>.pass>strong{color:var(--good)}
.scenarios>.blocked>strong,.scenarios>.fail>strong{color:var(--bad)}
.scenarios>.not-run>strong{color:var(--warn)}
th{white-space:nowrap}
tbody th{font-weight:400;white-space:normal}
tr.changed td{font-weight:700}
#verdict.blocked{background:var(--badbg);color:var(--bad)}
#verdict.not-run{background:var(--warnbg);color:var(--warn)}
.mono,pre{font-family:ui-monospace,monospace;font-size:.9rem}
.small,.note{font-size:.9rem;color:var(--dim)}
.digest{font-size:1.3rem;letter-spacing:.05em}
dl{margin:.5rem 0;display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.25rem 1rem}
dt{color:var(--dim)}
dd{margin:0}
.hashes dd{font-size:1.05rem}
ul{padding-left:1.2rem}
.findings{list-style:none;padding:0}
.finding{border-left:4px solid var(--line);padding:.25rem .75rem;margin:.5rem 0;background:var(--soft)}
.finding p{margin:.15rem 0}
.finding.critical,.finding.high{border-color:var(--bad);background:var(--badbg)}
.finding.medium{border-color:var(--warn);background:var(--warnbg)}
.bad,.blocked{color:var(--bad)}
.pass{color:var(--good)}
.not-run{color:var(--warn)}
.tree{list-style:none;padding-left:.9rem;border-left:1px solid var(--line)}
.args{list-style:none;padding-left:1rem}
.name{color:var(--dim)}
.call.delegatecall>details>summary,.call.unknown>details>summary{color:var(--bad);font-weight:700}
summary{cursor:pointer;padding:.15rem 0}
.changes{list-style:none;padding:0}
.changes>li{padding:.4rem 0;border-bottom:1px solid var(--line)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line)}
pre{background:var(--soft);padding:.75rem;overflow-x:auto;white-space:pre}
.line.old{color:var(--bad)}
.line.new{color:var(--good)}
.at{color:var(--dim)}
figure{margin:.5rem 0}
svg{width:100%;max-width:24rem;background:var(--soft)}
polyline{fill:none;stroke-width:2}
polyline.old{stroke:var(--fg);stroke-dasharray:5 3}
polyline.new{stroke:var(--link);stroke-width:4}
.wide td.mono{white-space:nowrap}
.graph{width:100%;min-width:46rem;background:#fff}
.layout{background:#fff;max-width:none}
@media print{.graph,.layout{min-width:0;max-width:100%}.wide td.mono{white-space:normal}}
@media (max-width:34rem){dl{grid-template-columns:1fr;gap:0}dt{margin-top:.4rem}}
@media print{body{max-width:none;font-size:10pt}#verdict{position:static;border:2px solid}.skip,nav{display:none}details:not(.numbers)::details-content{content-visibility:visible;display:block}pre{white-space:pre-wrap}section{break-inside:auto}}
`;
