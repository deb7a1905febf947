/**
 * Proxy-granting tickets on their way (CAS Protocol 3.0 §2.5.4): the server brings one to any node before
 * it answers the node that asked, and names it there by an IOU.
 */
export interface ProxyGrants {
  keep(iou: string, ticket: string): Promise<void>;
  /** Once; `undefined`: it never came, or waited too long. */
  take(iou: string): Promise<string | undefined>;
}
