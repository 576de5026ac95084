import { stepAction } from "../shared/step-action.js";

export default stepAction("cancel");
