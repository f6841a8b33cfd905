/* Quotas and progress by quarter. The table beside it holds the same figures, so nothing is lost without it. */
const root = document.documentElement;
const charts = [];
const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

const options = (data) => {
  const ink = colour("--office-ink");
  const muted = colour("--office-muted");
  const colours = [muted, colour("--office-line"), colour("--tblr-primary"), colour("--office-good")];
  return {
    animation: false,
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 8, top: 56, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 14, itemHeight: 10 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: data.quarters, axisLabel: { color: muted }, axisLine: { lineStyle: { color: muted } } },
    yAxis: { type: "value", minInterval: 1, name: data.unit, nameTextStyle: { color: muted }, axisLabel: { color: muted }, splitLine: { lineStyle: { color: colour("--office-line") } } },
    series: data.series.map((one, place) => ({
      name: one.name, type: "bar", data: one.data, barMaxWidth: 22, barGap: "10%",
      itemStyle: { color: colours[place], borderColor: muted, borderWidth: place < 2 ? 1 : 0 },
      label: { show: true, position: "top", color: muted, formatter: (point) => (point.value ? String(point.value) : "") },
    })),
  };
};

const draw = () => {
  for (const { chart, data } of charts) chart.setOption(options(data), true);
};

for (const place of document.querySelectorAll("[data-quarter-chart]")) {
  const data = JSON.parse(document.getElementById(place.dataset.quarterChart).textContent);
  charts.push({ chart: echarts.init(place, null, { renderer: "svg" }), data });
}
root.addEventListener("plumbline:appearance", draw);
addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
draw();
