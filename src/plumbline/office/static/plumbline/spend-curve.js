/* The spend curve. The page holds the same figures as a table, so nothing is lost without it. */
(() => {
  const root = document.documentElement;
  const charts = [];

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const options = (data) => {
    const wan = root.getAttribute("data-money") === "wan";
    const scale = wan ? 10000 : 1;
    const unit = wan ? data.words.wan : data.words.yuan;
    const ink = colour("--office-ink");
    const muted = colour("--office-muted");
    const line = colour("--office-line");
    const accent = colour("--tblr-primary");
    const write = (value) => value.toLocaleString("zh-CN", { maximumFractionDigits: wan ? 4 : 2 });
    const points = (rows) => rows.map(([day, amount]) => [day, Number(amount) / scale]);
    const narrow = root.clientWidth < 576;
    return {
      animation: false,
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: narrow ? 8 : 24, top: 48, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: ink }, icon: "rect", itemHeight: 3 },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        valueFormatter: (value) => `${write(value)} ${unit}`,
      },
      xAxis: {
        type: "time",
        min: data.first,
        max: data.last,
        axisLabel: { color: muted, hideOverlap: true, formatter: "{M}-{dd}" },
        axisLine: { lineStyle: { color: muted } },
      },
      yAxis: {
        type: "value",
        name: unit,
        nameTextStyle: { color: muted, align: "left" },
        axisLabel: { color: muted, formatter: (value) => value.toLocaleString("zh-CN") },
        splitLine: { lineStyle: { color: line } },
      },
      series: [
        {
          name: data.words.planned,
          type: "line",
          step: "end",
          symbol: "none",
          itemStyle: { color: muted },
          lineStyle: { color: muted, type: "dashed", width: 2 },
          data: points(data.planned),
        },
        {
          name: data.words.spent,
          type: "line",
          step: "end",
          symbol: "circle",
          symbolSize: 6,
          itemStyle: { color: accent },
          lineStyle: { color: accent, width: 2.5 },
          data: points(data.spent),
          markLine: data.today && {
            symbol: "none",
            silent: true,
            label: { formatter: data.words.today, color: muted, position: "end" },
            lineStyle: { color: muted, type: "dotted" },
            data: [{ xAxis: data.today }],
          },
        },
      ],
    };
  };

  const draw = () => {
    for (const { chart, data } of charts) chart.setOption(options(data), true);
  };

  for (const place of document.querySelectorAll("[data-spend-curve]")) {
    const data = JSON.parse(document.getElementById(place.dataset.spendCurve).textContent);
    charts.push({ chart: echarts.init(place, null, { renderer: "svg" }), data });
  }
  draw();
  root.addEventListener("plumbline:appearance", draw);
  addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
})();
