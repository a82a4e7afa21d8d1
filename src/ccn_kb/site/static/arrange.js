// Places the marks of a map and their names so that they overlap as little as possible.

// More cells than a map has in a column, at any zoom.
const ROW = 2 ** 24;

/** Return by how much each point is moved, in pixels: apart from its neighbours, and hardly further than its size. */
export function spread(points, size) {
  // What is at the same pixel goes apart, too; the same place twice does not.
  const moved = points.map(({ x, y }, index) => ({ x: x + Math.cos(index) / 100, y: y + Math.sin(index) / 100 }));
  const most = size * 1.2;
  const cell = (x, y) => Math.floor(x / size) * ROW + Math.floor(y / size);
  for (let round = 0; round < 24; round += 1) {
    const cells = new Map();
    moved.forEach(({ x, y }, index) => {
      const key = cell(x, y);
      (cells.get(key) ?? cells.set(key, []).get(key)).push(index);
    });
    let isQuiet = true;
    moved.forEach((point, index) => {
      const own = cell(point.x, point.y);
      for (let across = -ROW; across <= ROW; across += ROW) {
        for (let down = -1; down <= 1; down += 1) {
          for (const other of cells.get(own + across + down) ?? []) {
            if (other <= index || points[other].key === points[index].key) continue;
            const [x, y] = [moved[other].x - point.x, moved[other].y - point.y];
            const distance = Math.hypot(x, y) || 1;
            const push = (size - distance) / 4;
            if (push <= 0) continue;
            isQuiet = false;
            point.x -= (x / distance) * push;
            point.y -= (y / distance) * push;
            moved[other].x += (x / distance) * push;
            moved[other].y += (y / distance) * push;
          }
        }
      }
      const { x, y } = points[index];
      const length = Math.hypot(point.x - x, point.y - y);
      if (length > most) {
        point.x = x + ((point.x - x) * most) / length;
        point.y = y + ((point.y - y) * most) / length;
      }
    });
    if (isQuiet) break;
  }
  return moved.map((point, index) => ({ x: point.x - points[index].x, y: point.y - points[index].y }));
}

const SIDES = {
  right: (x, y, gap, width, height) => [x + gap, y - height / 2],
  left: (x, y, gap, width, height) => [x - gap - width, y - height / 2],
  above: (x, y, gap, width, height) => [x - width / 2, y - gap - height],
  below: (x, y, gap, width) => [x - width / 2, y + gap],
};

/** Return on which side each mark's name has space, "" where on none; earlier marks choose first. */
export function placeNames(marks, size, { x: mapWidth, y: mapHeight }) {
  const taken = marks.map(({ x, y }) => [x - size / 2, y - size / 2, x + size / 2, y + size / 2]);
  return marks.map(({ x, y, width, height }, index) => {
    for (const [side, corner] of Object.entries(SIDES)) {
      const [left, top] = corner(x, y, size / 2 + 3, width, height);
      const box = [left, top, left + width, top + height];
      const isFree = left >= 0 && top >= 0 && box[2] <= mapWidth && box[3] <= mapHeight
        && taken.every((other, own) => own === index || box[0] >= other[2] || other[0] >= box[2] || box[1] >= other[3] || other[1] >= box[3]);
      if (isFree) {
        taken.push(box);
        return side;
      }
    }
    return "";
  });
}
