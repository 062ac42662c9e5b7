/** What the home page shows beside its link: loaded in one go once the link is on the screen. */
import './mm-join-room';
import './mm-phone-link';
import './mm-status-pill';
import './mm-your-name';
import './mm-your-rooms';
