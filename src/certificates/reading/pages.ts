/** A rectangle in points (1/72 inch); the origin is the upper left corner of the page as it is shown. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A run of characters without white space. Its box is in the reading frame of its page (see `TextPage`). */
export interface Word extends Box {
  text: string;
  /** Height of the letters in points. */
  fontSize: number;
  /** Tells one font of the document from another, no name for people; null where unknown (OCR). */
  font: string | null;
  /** 1 for a text layer, what the recognition claims for OCR. */
  confidence: number;
}

/**
 * The words of a page. They are given in the frame in which the page is read: a page whose text runs upwards
 * is turned first, `turned` says by how many degrees clockwise. `width` and `height` are those of that frame.
 */
export interface TextPage {
  number: number;
  width: number;
  height: number;
  turned: 0 | 90 | 180 | 270;
  source: 'TEXT_LAYER' | 'OCR' | 'NONE';
  words: Word[];
  /** Addresses that the page links to. */
  links: string[];
}

/** The smallest box around boxes. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** A box of the reading frame as it lies on the page that a person sees. */
export function onShownPage(page: Pick<TextPage, 'width' | 'height' | 'turned'>, box: Box): Box {
  const { x, y, width, height } = box;
  switch (page.turned) {
    case 90:
      return { x: y, y: page.width - x - width, width: height, height: width };
    case 180:
      return { x: page.width - x - width, y: page.height - y - height, width, height };
    case 270:
      return { x: page.height - y - height, y: x, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}

/** The contrary: a box of the shown page (of that width and height) in the frame turned clockwise by so much. */
export function inReadingFrame(
  shown: { width: number; height: number },
  turned: TextPage['turned'],
  box: Box,
): Box {
  const { x, y, width, height } = box;
  switch (turned) {
    case 90:
      return { x: shown.height - y - height, y: x, width: height, height: width };
    case 180:
      return { x: shown.width - x - width, y: shown.height - y - height, width, height };
    case 270:
      return { x: y, y: shown.width - x - width, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}
