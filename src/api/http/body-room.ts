/** Octets of one body that take no room: most bodies are shorter, and are always let in. */
const FREE = 128 * 1024;

/** The memory for long bodies is used up; some will be given back soon. */
class TooManyBodies extends Error {
  override readonly name = 'TooManyBodies';
  readonly code = 'bodies-crowded';
}

/** What one request holds of the room. */
export interface Share {
  /** Makes it `octets` in all. @throws TooManyBodies when they do not fit, and then keeps what it had. */
  grow(octets: number): void;
  /** Gives everything back; a second time does nothing. */
  release(): void;
}

/** Octets of bodies that may be in memory at once. */
export interface RoomSize {
  readonly all: number;
  /** For one owner, so that no account can keep all others out. */
  readonly owner: number;
}

/**
 * Room for request bodies, which are in memory whole until they are answered. Octets count when they
 * arrive: announcing a long body and not sending it keeps nobody out.
 */
export const bodyRoom = (size: () => RoomSize): ((owner: string) => Share) => {
  const owned = new Map<string, number>();
  let used = 0;
  return (owner) => {
    let held = 0;
    const hold = (octets: number): void => {
      const mine = (owned.get(owner) ?? 0) + octets - held;
      used += octets - held;
      held = octets;
      if (mine === 0) owned.delete(owner);
      else owned.set(owner, mine);
    };
    return {
      grow(octets) {
        const wanted = Math.max(octets - FREE, 0);
        const more = wanted - held;
        const room = size();
        if (used + more > room.all || (owned.get(owner) ?? 0) + more > room.owner)
          throw new TooManyBodies();
        hold(wanted);
      },
      release: () => hold(0),
    };
  };
};
