/* Values of an indicator over the year. The page holds the same figures as a table, so nothing is lost without it. */
(() => {
  const root = document.documentElement;
  const charts = [];
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const pairs = (rows) => rows.map(([day, value]) => [day, Number(value)]);

  const options = (data) => {
    const ink = colour("--office-ink");
    const muted = colour("--office-muted");
    const line = colour("--office-line");
    const accent = colour("--tblr-primary");
    const write = (value) => `${value.toLocaleString("zh-CN", { maximumFractionDigits: 2 })}${data.unit}`;
    const narrow = root.clientWidth < 576;
    const measured = pairs(data.now ? [...data.values.filter(([day]) => day < data.now[0]), data.now] : data.values);
    const series = [
      {
        name: data.words.values,
        type: "line",
        symbol: "circle",
        symbolSize: 8,
        itemStyle: { color: accent },
        lineStyle: { color: accent, width: 2.5 },
        label: { show: !narrow, color: ink, formatter: ({ value }) => write(value[1]) },
        data: measured,
        markLine: data.target && {
          symbol: "none",
          silent: true,
          label: { formatter: `${data.words.target} ${write(Number(data.target))}`, color: muted, position: "insideStartTop" },
          lineStyle: { color: muted, type: "dotted" },
          data: [{ yAxis: Number(data.target) }],
        },
      },
    ];
    if (data.forecast) {
      series.push({
        name: data.words.forecast,
        type: "line",
        symbol: "emptyCircle",
        symbolSize: 8,
        itemStyle: { color: muted },
        lineStyle: { color: muted, type: "dashed", width: 2 },
        data: pairs(data.forecast),
      });
    }
    return {
      animation: false,
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: narrow ? 16 : 32, top: 48, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: ink }, icon: "rect", itemHeight: 3 },
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: write },
      xAxis: {
        type: "time",
        min: data.first,
        max: data.last,
        axisLabel: { color: muted, hideOverlap: true, formatter: "{M}-{dd}" },
        axisLine: { lineStyle: { color: muted } },
      },
      yAxis: {
        type: "value",
        min: 0,
        max: ({ max }) => Math.max(max, Number(data.target) || 0) * 1.15 || 1,
        axisLabel: { color: muted, showMaxLabel: false, formatter: (value) => value.toLocaleString("zh-CN", { maximumFractionDigits: 2 }) },
        splitLine: { lineStyle: { color: line } },
      },
      series,
    };
  };

  const draw = () => {
    for (const { chart, data } of charts) chart.setOption(options(data), true);
  };

  for (const place of document.querySelectorAll("[data-trend]")) {
    const data = JSON.parse(document.getElementById(place.dataset.trend).textContent);
    charts.push({ chart: echarts.init(place, null, { renderer: "svg" }), data });
  }
  draw();
  root.addEventListener("plumbline:appearance", draw);
  addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
})();
