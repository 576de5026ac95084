import { parseEther } from "ethers";
import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

export default defineIncident({
  id: "uranium-2021",
  what: "A fork of a pool changed its fee from thousandths to ten thousandths, and forgot the product's right side: the check became a hundred times too lax, and whoever swapped could take nearly all.",
  stage: "rehearse",
  rule: "rehearsal/accounts",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("uranium-2021", variant, {
      initialize: (owner) => [owner],
      live: async (world, subject) => {
        const token = await world.ask(subject, "V1", "tokenA");
        await world.send(token, "Token", "mint", [world.session.wallet(11).address, parseEther("50")], 11);
        await world.send(token, "Token", "approve", [subject, parseEther("50")], 11);
        await world.send(subject, "V1", "swap", [parseEther("1"), parseEther("3.9")], 11);
      },
    }),
});
