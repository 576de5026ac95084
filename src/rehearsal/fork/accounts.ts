import { getAddress, id } from "ethers";

/** Accounts that exist in rehearsals only: nobody has their keys, they are the hash of their role. */
export function rehearsalAccount(role: string): string {
  return getAddress(`0x${id(`drydock rehearsal ${role}`).slice(-40)}`);
}

/** Sends what anybody may send: `execTransaction`, deployments. */
export const RELAYER = rehearsalAccount("relayer");
/** Holds no role anywhere. */
export const STRANGER = rehearsalAccount("stranger");
/** Where the guard stands that the negative run sets on the Safe. */
export const REFUSING_GUARD = rehearsalAccount("refusing guard");
/** Where code stands that nobody should be made to run. */
export const HOSTILE_TARGET = rehearsalAccount("hostile target");
