/** The pages of the display and their addresses behind the `#`. */
export type Route =
  | { readonly page: 'floor'; readonly locationId: string | null }
  | { readonly page: 'workstation'; readonly id: string }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'orders' }
  | { readonly page: 'log' }
  | { readonly page: 'sensors' };

/** The route of a fragment; the floor for what is none. */
export function routeOf(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?');
  const [page, id] = path.split('/');
  switch (page) {
    case 'workstation':
      if (id) return { page, id };
      break;
    case 'run':
      if (id) return { page, id };
      break;
    case 'orders':
    case 'log':
    case 'sensors':
      return { page };
  }
  return { page: 'floor', locationId: new URLSearchParams(query).get('location') };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'floor':
      return route.locationId ? `#/floor?location=${encodeURIComponent(route.locationId)}` : '#/floor';
    case 'workstation':
    case 'run':
      return `#/${route.page}/${encodeURIComponent(route.id)}`;
    default:
      return `#/${route.page}`;
  }
}
