from plumbline.kernel.plans.layouts.grid import Grid
def cut(grid: Grid) -> Grid:
    return grid
